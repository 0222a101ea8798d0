"""Where outside systems knock: what they push is checked at the door and worked later."""
