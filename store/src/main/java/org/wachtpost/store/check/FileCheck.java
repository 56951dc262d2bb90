package org.wachtpost.store.check;

import java.util.List;

/** An engine that keeps files, and can say whether they are what was written. */
public interface FileCheck {
  /** Reads every file and compares checksums; also what was found when the store was opened. */
  List<Problem> checkFiles();
}
