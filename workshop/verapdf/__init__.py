"""The check of letters by veraPDF, the validator of the PDF Association."""
