"""Heart murmur in auscultation recordings of children and young adults."""
