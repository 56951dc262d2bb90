package org.wachtpost.mail;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.wachtpost.fuzz.FuzzReplay;
import org.wachtpost.mailauth.SignatureFuzz;

/** Repeats what the fuzzers of this module found, and their beginnings. */
class FuzzCorpusTest {
  @TestFactory
  List<DynamicTest> inputs() throws IOException, URISyntaxException {
    return FuzzReplay.inputs(
        FuzzCorpusTest.class,
        Map.of(
            "mime",
            MimeFuzz::fuzzerTestOneInput,
            "header",
            HeaderFuzz::fuzzerTestOneInput,
            "mailauth",
            SignatureFuzz::fuzzerTestOneInput));
  }
}
