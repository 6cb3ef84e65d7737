"""What moves the answer most among the numbers that are not known exactly: sweeps of shipped workbooks, kept beside the code that reads them."""
