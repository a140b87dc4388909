"""The panels of the dock widget: signals up, setters down; none of them knows the session."""
