"""What is true: records, commands and questions. Pure: no I/O, no Qt, no SQL, no clock, no random."""
