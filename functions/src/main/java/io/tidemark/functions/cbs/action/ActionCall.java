package io.tidemark.functions.cbs.action;

import io.tidemark.functions.access.Caller;
import io.tidemark.functions.cbs.wire.Arguments;
import io.tidemark.functions.cbs.wire.Language;
import io.tidemark.repository.Repository;

/// One call of an action.
///
/// @param repository in which the caller is the actor of all that is changed
/// @param language of texts that the caller did not write
public record ActionCall(
    Caller caller, Arguments arguments, Repository repository, Place place, Language language) {}
