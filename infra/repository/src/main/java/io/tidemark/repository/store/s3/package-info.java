/// S3 and what speaks like it, by the AWS SDK. The one package that may see the SDK. Invariant: no
/// body is hashed, signed or copied on its way, no secret reaches a message, and a vendor's error
/// is turned into a [io.tidemark.repository.store.StoreException] where it is thrown.
@NullMarked
package io.tidemark.repository.store.s3;

import org.jspecify.annotations.NullMarked;
