package org.wachtpost.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Directions between rooms that are finer than the modules. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          // In a whole build the tests of the other modules come as jars.
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("org.wachtpost");

  @Test
  void onlyTheRocksEngineKnowsRocksDb() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.wachtpost.store.rocks..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.rocksdb..")
        .check(CLASSES);
  }

  @Test
  void protocolsDoNotSeeEachOther() {
    noClasses()
        .that()
        .resideInAPackage("org.wachtpost.imap..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.wachtpost.smtp..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("org.wachtpost.smtp..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.wachtpost.imap..")
        .check(CLASSES);
  }

  @Test
  void theInspectorDependsOnNothingOfOurs() {
    noClasses()
        .that()
        .resideInAPackage("org.wachtpost.inspect..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.wachtpost.store..", "org.wachtpost.mail..", "org.wachtpost.access..")
        .check(CLASSES);
  }

  @Test
  void roomsBelowDoNotSeeTheServer() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "org.wachtpost.server..",
            "org.wachtpost.cli..",
            "org.wachtpost.admin..",
            "org.wachtpost.config..",
            "org.wachtpost.demo..",
            "org.wachtpost.importer..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.wachtpost.server..", "org.wachtpost.cli..", "picocli..")
        .check(CLASSES);
  }

  @Test
  void roomsOfGroupwareAndProtocolHaveNoCycles() {
    slices()
        .matching(
            "org.wachtpost.(store|access|changelog|directory|mail|delivery|queue|tlsreport|"
                + "mailauth|dns|net|sasl|smtp|imap|pages|courier)..")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  @Test
  void nothingDeserialisesOrScripts() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectInputStream")
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("javax.script..")
        .check(CLASSES);
  }
}
