package org.wachtpost.inspect.check;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.artefact.PeVersion;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.log.SourceTracker;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.rules.BuildTable;

/** The checks over files that are read as a whole. Any thread. */
final class SingleFiles {
  private final Examination shared;
  private volatile @Nullable Instant patchTime;

  SingleFiles(Examination shared) {
    this.shared = shared;
  }

  void read(Classifier.Claimed claimed) throws IOException {
    EvidenceFile file = claimed.file();
    SourceTracker tracker = SourceBook.tracker(claimed.source());
    tracker.file(file.size());
    shared.book().add(tracker);
    switch (claimed.kind()) {
      case EXSETUP -> setup(file);
      case FOREIGN_IIS_LOG ->
          shared
              .sink()
              .damage(
                  file.path(), "line 1", "IIS log without W3C columns (another format): not read");
      case HTTP_PROXY_LOG,
          ECP_SERVER_LOG,
          CMDLET_LOG,
          IIS_LOG,
          PLAIN_LOG,
          OAB_GENERATOR_LOG,
          EVENT_LOG,
          PAGE,
          COMPILED_PAGE,
          COMPILED_ASSEMBLY,
          APPLICATION_HOST,
          WEB_CONFIG,
          SCHEDULED_TASK,
          SAFETY_SCANNER_LOG,
          MITIGATION_SUMMARY,
          VIRTUAL_DIRECTORY_DUMP,
          UPDATE_LIST,
          ARCHIVE,
          MEMORY_DUMP,
          UNCLAIMED -> {}
    }
  }

  /** All files were read. */
  void finish() {}

  @Nullable Instant patchTime() {
    return patchTime;
  }

  private void setup(EvidenceFile file) throws IOException {
    byte[] bytes;
    try (InputStream stream = file.open()) {
      bytes = stream.readNBytes(EvidenceFile.MAX_WHOLE_BYTES);
    }
    String version = PeVersion.fileVersion(bytes);
    if (version == null) {
      shared.sink().damage(file.path(), "whole file", "no version resource");
      return;
    }
    BuildTable.Build.parse(version)
        .ifPresent(build -> {
          shared.facts().build(build, "ExSetup.exe", true, Source.file(file.path()));
          patchTime = file.modified();
        });
  }
}
