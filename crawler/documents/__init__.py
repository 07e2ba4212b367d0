"""Text of attachments: PDF, DOCX, XLSX."""
