"""The member's hall: one set of pages for the phone and the web."""
