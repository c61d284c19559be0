"""From texts to terms: word by word where that is exact, token by token elsewhere."""
