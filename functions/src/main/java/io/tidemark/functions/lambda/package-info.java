/// The functions as AWS Lambda functions: HTTP ones behind an API Gateway or a function URL,
/// scheduled ones from EventBridge. May touch `wiring` and what it puts together. Invariant: an
/// event says what a request over HTTP would, and is answered by the same dispatcher.
@NullMarked
package io.tidemark.functions.lambda;

import org.jspecify.annotations.NullMarked;
