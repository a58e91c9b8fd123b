"""TypeScript and TSX: JavaScript's adapter over two other grammars."""
