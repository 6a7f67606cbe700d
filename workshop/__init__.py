"""The development side: servers, processes and tools around the application, never part of it."""
