"""The HTML page in a browser. `test_export_html` reads it without one."""
