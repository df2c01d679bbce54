"""How leads flow: funnels, stages, speed of response, what a rule changed, who leads the board."""
