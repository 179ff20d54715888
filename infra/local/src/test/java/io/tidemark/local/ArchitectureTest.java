package io.tidemark.local;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;

/// Who may touch what, over the production code of all modules.
@AnalyzeClasses(packages = "io.tidemark", importOptions = ArchitectureTest.ProductionOnly.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule onlyTheS3StoreSeesTheAwsSdk =
      noClasses()
          .that()
          .resideOutsideOfPackage("..repository.store.s3..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon.awssdk..");

  @ArchTest
  static final ArchRule onlyTheSystemPackageCallsTheKernel =
      noClasses()
          .that()
          .resideOutsideOfPackage("..agent.system..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.lang.foreign..");

  @ArchTest
  static final ArchRule theRepositorySeesNoFrameworkAndNoOtherModule =
      noClasses()
          .that()
          .resideInAPackage("io.tidemark.repository..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.micronaut..",
              "jakarta..",
              "picocli..",
              "io.tidemark.agent..",
              "io.tidemark.functions..",
              "io.tidemark.local..");

  @ArchTest
  static final ArchRule theAgentSeesNoFunctions =
      noClasses()
          .that()
          .resideInAPackage("io.tidemark.agent..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.tidemark.functions..", "io.tidemark.local..", "io.micronaut..");

  @ArchTest
  static final ArchRule functionsSeeNoAgent =
      noClasses()
          .that()
          .resideInAPackage("io.tidemark.functions..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.tidemark.agent..", "io.tidemark.local..", "picocli..");

  @ArchTest
  static final ArchRule pureCodeTouchesNothingOutside =
      noClasses()
          .that(arePure())
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "java.nio.file..",
                      "java.nio.channels..",
                      "java.net..",
                      "java.util.concurrent..",
                      "org.slf4j..")
                  .or(
                      oneOf(
                          java.io.InputStream.class,
                          java.io.OutputStream.class,
                          java.io.File.class,
                          Thread.class,
                          java.time.Clock.class,
                          java.time.InstantSource.class)));

  @ArchTest
  static final ArchRule clocksChanceAndSleepAreInjected =
      noClasses()
          .that(not(wireThingsTogether()))
          .should()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(UUID.class, "randomUUID")
          .orShould()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", java.time.Duration.class)
          .orShould()
          .callConstructor(java.security.SecureRandom.class)
          .orShould()
          .callMethod(Math.class, "random");

  @ArchTest
  static final ArchRule onlyCodecsAndFacesSeeJackson =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Codec")
          .and()
          .resideOutsideOfPackages(
              "..agent.command..", "..functions.function..", "..functions.http..")
          .and()
          // The quickstart is a client of the faces: it reads the documents that they print.
          .doNotHaveFullyQualifiedName("io.tidemark.local.CommandRunner")
          .and()
          .doNotHaveFullyQualifiedName("io.tidemark.local.FunctionsClient")
          .and()
          .doNotHaveFullyQualifiedName("io.tidemark.local.MainJob")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.fasterxml.jackson..", "tools.jackson..");

  @ArchTest
  static final ArchRule facesSeeUseCasesAndNeverTheStore =
      noClasses()
          .that()
          .resideInAnyPackage("..functions.function..", "..functions.http..", "..functions.cbs..")
          .and()
          // Holds what was wired, for the functions to give to use cases.
          .doNotHaveSimpleName("OpenRepository")
          .should()
          .dependOnClassesThat(
              resideInAPackage("..repository.store..").and(not(simpleNameEndingWith("Exception"))));

  @ArchTest
  static final ArchRule packagesFormNoCycles =
      slices().matching("io.tidemark.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule everyPackageSaysWhatMayBeNull =
      classes()
          .should(
              new ArchCondition<>("be in a package that is marked for NullAway") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(
                        SimpleConditionEvent.violated(
                            type, type.getPackageName() + " is not @NullMarked"));
                  }
                }
              });

  @ArchTest
  static final ArchRule namesSayWhatThingsAre =
      classes()
          .should()
          .haveSimpleNameNotEndingWith("Impl")
          .andShould()
          .haveSimpleNameNotEndingWith("Util")
          .andShould()
          .haveSimpleNameNotEndingWith("Utils")
          .andShould()
          .haveSimpleNameNotEndingWith("Manager")
          .andShould()
          .haveSimpleNameNotEndingWith("Helper");

  @ArchTest
  static final ArchRule noFlagsInSignatures =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .areNotRecords()
          .and()
          .areDeclaredInClassesThat()
          // There it is a value among others.
          .doNotHaveSimpleName("JsonWriter")
          .should(
              new ArchCondition<>("take no boolean") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                  boolean flagged =
                      method.getRawParameterTypes().stream()
                              .anyMatch(t -> t.isEquivalentTo(boolean.class))
                          && !method.getModifiers().contains(JavaModifier.SYNTHETIC);
                  if (flagged) {
                    events.add(
                        SimpleConditionEvent.violated(
                            method, method.getFullName() + " takes a boolean"));
                  }
                }
              });

  private static DescribedPredicate<JavaClass> arePure() {
    return resideInAnyPackage(
            "io.tidemark.repository.key..",
            "io.tidemark.repository.chunk..",
            "io.tidemark.repository.frame..",
            "io.tidemark.repository.format..")
        .or(
            resideInAnyPackage(
                    "io.tidemark.repository.map..",
                    "io.tidemark.repository.pack..",
                    "io.tidemark.repository.journal..",
                    "io.tidemark.repository.session..",
                    "io.tidemark.repository.collect..")
                .and(simpleNameEndingWith("Codec").or(simpleNameEndingWith("Fold"))))
        .or(simpleNameEndingWith("CollectionPlan"))
        .or(simpleNameEndingWith("RetentionPlan"))
        .or(simpleNameEndingWith("CronSchedule"))
        .as("pure");
  }

  /// The places that hand the clock, chance and time to wait to everybody else.
  private static DescribedPredicate<JavaClass> wireThingsTogether() {
    return resideInAPackage("..functions.wiring..")
        .or(simpleNameEndingWith("Backoff"))
        .or(simpleNameEndingWith("CommandEnvironment"))
        .or(resideInAPackage("io.tidemark.local").and(simpleNameEndingWith("Rehearsal")))
        .as("wire things together");
  }

  private static DescribedPredicate<JavaClass> oneOf(Class<?>... types) {
    List<String> names = List.of(types).stream().map(Class::getName).toList();
    return DescribedPredicate.describe(
        "are one of " + names, (JavaClass type) -> names.contains(type.getName()));
  }

  static final class ProductionOnly implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/")
          && !location.contains("-tests.jar")
          && !location.contains("/test/");
    }
  }
}
