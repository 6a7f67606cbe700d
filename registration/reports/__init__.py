"""Reads everything and writes nothing: boards, a State's story, exports."""
