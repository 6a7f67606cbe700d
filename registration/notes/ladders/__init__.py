"""Ladders: on which days a note that awaits responses has a reminder drafted by itself."""
