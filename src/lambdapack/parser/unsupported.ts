/**
 * Python that LAmbdaPACK has no use for, by the name of the grammar's node: one sentence each, saying what to write instead
 * where there is something.
 */
const sentences: Readonly<Record<string, string>> = {
  WhileStatement:
    "'while' is not part of LAmbdaPACK: the number of iterations must be known; use 'for ... in range(...)'",
  ClassDefinition: 'classes are not part of LAmbdaPACK',
  ImportStatement:
    "imports are not part of LAmbdaPACK: kernels are called by name, and 'log', 'min', 'ceiling' are built in",
  TryStatement: "'try' is not part of LAmbdaPACK: a kernel that fails ends the run",
  WithStatement: "'with' is not part of LAmbdaPACK",
  MatchStatement: "'match' is not part of LAmbdaPACK: use if/elif/else",
  DecoratedStatement: 'decorators are not part of LAmbdaPACK',
  UpdateStatement: 'augmented assignment is not part of LAmbdaPACK: a name is assigned once; write a new name',
  BreakStatement: "'break' is not part of LAmbdaPACK: iterations have no order; put the condition into an 'if'",
  ContinueStatement: "'continue' is not part of LAmbdaPACK: iterations have no order; put the condition into an 'if'",
  DeleteStatement: "'del' is not part of LAmbdaPACK",
  ScopeStatement: "'global' and 'nonlocal' are not part of LAmbdaPACK: pass a parameter",
  RaiseStatement: "'raise' is not part of LAmbdaPACK",
  AssertStatement: "'assert' is not part of LAmbdaPACK",
  PrintStatement: "'print' is not part of LAmbdaPACK",
  YieldStatement: "'yield' is not part of LAmbdaPACK",
  TypeDefinition: "'type' is not part of LAmbdaPACK",
  FunctionDefinition: 'a program cannot be defined inside another: move it to the top level and call it',
  String: 'strings are not part of LAmbdaPACK, except as a docstring',
  FormatString: 'strings are not part of LAmbdaPACK',
  ContinuedString: 'strings are not part of LAmbdaPACK, except as a docstring',
  ArrayExpression: 'lists are not part of LAmbdaPACK',
  ArrayComprehensionExpression: "comprehensions are not part of LAmbdaPACK: use 'for ... in range(...)'",
  ComprehensionExpression: "comprehensions are not part of LAmbdaPACK: use 'for ... in range(...)'",
  SetComprehensionExpression: "comprehensions are not part of LAmbdaPACK: use 'for ... in range(...)'",
  DictionaryComprehensionExpression: "comprehensions are not part of LAmbdaPACK: use 'for ... in range(...)'",
  SetExpression: 'sets are not part of LAmbdaPACK',
  DictionaryExpression: 'dictionaries are not part of LAmbdaPACK',
  TupleExpression: 'tuples are not part of LAmbdaPACK',
  LambdaExpression: "'lambda' is not part of LAmbdaPACK",
  ConditionalExpression: 'conditional expressions are not part of LAmbdaPACK: assign in both branches of an if/else',
  NamedExpression: "':=' is not part of LAmbdaPACK: assign on a line of its own",
  AwaitExpression: "'await' is not part of LAmbdaPACK",
  YieldExpression: "'yield' is not part of LAmbdaPACK",
  Boolean: "'True' and 'False' are not part of LAmbdaPACK: write a comparison",
  None: "'None' is not part of LAmbdaPACK",
  Ellipsis: "'...' is not part of LAmbdaPACK",
}

/** The sentence for a node of the grammar that LAmbdaPACK does not take; `undefined` for one it takes. */
export function unsupported(name: string): string | undefined {
  return sentences[name]
}
