"""Papers (文書): one content written as HTML, PDF, DOCX, XLSX, CSV or plain text; knows no domain."""
