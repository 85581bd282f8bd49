"""Apply for many templates with one spreadsheet (console.md §8.1, Batch Import).

`sample_workbook` is what the customer fills in, `import_templates` applies for its rows, and
`error_workbook` is what they correct and import again.
"""

from reviews.services.imports.applying import FailedRow, ImportResult, import_templates
from reviews.services.imports.workbooks import error_workbook, sample_workbook

__all__ = ["FailedRow", "ImportResult", "error_workbook", "import_templates", "sample_workbook"]
