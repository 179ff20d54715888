package io.tidemark.repository;

/// What `tidemark.json` says; fixed for the life of a repository.
///
/// @param format of everything in the repository
/// @param id `repo-` and 17 hexadecimal digits
/// @param hash that names chunks
/// @param region one repository is one region
public record RepositoryInfo(int format, String id, String hash, String region) {
  /// The format that this code writes, and the newest that it reads.
  public static final int FORMAT = 1;

  public static final String SHA_256 = "SHA-256";
}
