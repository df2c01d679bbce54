"""The screens of card scan and paste."""
