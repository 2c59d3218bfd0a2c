"""Models between records and Qt's views."""
