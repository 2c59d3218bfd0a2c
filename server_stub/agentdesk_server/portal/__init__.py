"""What customers see: the widget and its assets."""
