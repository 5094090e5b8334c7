"""Records → CSV, Parquet and workbook; read back."""
