"""Orders, payment plans and payments: what customers owe and what came in."""
