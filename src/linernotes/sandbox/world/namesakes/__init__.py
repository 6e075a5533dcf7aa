"""A small catalogue of artists who share names, services that get them wrong, and labels that say what is true."""
