"""Sheets of cameras: CSV files and workbooks, thousands of rows in and out."""
