"""Who campaigns were for, and who took part."""
