"""Page kinds and components that every hall shares."""
