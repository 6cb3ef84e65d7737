"""What a modeller lays down of his own power system beside the tables that every system needs: optional sheets."""
