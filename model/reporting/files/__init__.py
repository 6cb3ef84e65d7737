"""The other files of a run: CSV, data package, IAMC, manifest, generated pages."""
