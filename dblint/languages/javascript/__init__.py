"""JavaScript, and what TypeScript shares with it: CommonJS and ES modules, classes and object literals, JSX."""
