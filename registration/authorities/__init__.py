"""The register of competent authorities, which outlasts every meeting."""
