package io.tidemark.local;

import picocli.CommandLine.Command;

@Command(
    name = "function",
    description = "Run scheduled functions, or serve all functions over HTTP.",
    subcommands = {RunFunction.class, ServeFunctions.class})
final class FunctionGroup {}
