"""The access register: who looks at or takes which recording, why, and on what authority."""
