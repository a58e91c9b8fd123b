; The slots of Rust's syntax that can hold or lead to database access.

(use_declaration) @use
(struct_item) @struct
(impl_item) @impl
(trait_item) @trait
(function_item) @function
(function_signature_item) @signature
(const_item) @constant
(static_item) @constant
(type_item) @alias
(let_declaration) @let
(assignment_expression) @assignment
(compound_assignment_expr) @assignment
(for_expression) @for
(return_expression) @return
(block) @block
(source_file (macro_invocation) @definition)
(source_file (expression_statement (macro_invocation) @definition))
(declaration_list (macro_invocation) @definition)

; Expressions that are evaluated. What stands in a block of its own is captured by itself.
(expression_statement (_) @value)
(if_expression condition: (_) @value)
(while_expression condition: (_) @value)
(match_expression value: (_) @value)
(match_arm value: (_) @value)
(closure_expression body: (_) @value)
