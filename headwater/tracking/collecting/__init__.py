"""Taking events in, before Django: cheap checks, a bounded buffer, one thread that writes."""
