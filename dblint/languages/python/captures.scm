; The slots of Python's syntax that can hold or lead to database access.
; Nested slots of one kind belong to the outermost; see adapter.py.

(import_statement) @import
(import_from_statement) @import
(future_import_statement) @import

(decorated_definition) @decorated
(class_definition) @class
(function_definition) @function

(assignment) @assignment
(augmented_assignment) @augmented
(return_statement) @return
(for_statement) @for
(with_item) @with
(named_expression) @walrus
(global_statement) @global
(nonlocal_statement) @nonlocal

; Expressions that are evaluated. A string that is a statement is a docstring or a comment, and a bare name does nothing.
(expression_statement
  [(call) (await) (attribute) (subscript) (yield) (tuple) (parenthesized_expression) (conditional_expression)
   (boolean_operator) (comparison_operator) (binary_operator) (not_operator) (list) (list_comprehension) (set_comprehension) (dictionary_comprehension) (generator_expression)] @value)
(decorator (_) @value)
(default_parameter value: (_) @value)
(typed_default_parameter value: (_) @value)
(if_statement condition: (_) @value)
(elif_clause condition: (_) @value)
(while_statement condition: (_) @value)
(assert_statement (_) @value)
(raise_statement (_) @value)
(delete_statement (_) @value)
(match_statement subject: (_) @value)
(case_clause guard: (if_clause (_) @value))
