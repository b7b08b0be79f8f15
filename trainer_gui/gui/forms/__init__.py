"""Forms for any declared settings."""
