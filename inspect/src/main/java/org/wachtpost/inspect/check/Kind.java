package org.wachtpost.inspect.check;

/** What a file of the evidence is. */
enum Kind {
  HTTP_PROXY_LOG,
  ECP_SERVER_LOG,
  CMDLET_LOG,
  IIS_LOG,
  HTTP_ERROR_LOG,
  PLAIN_LOG,
  OAB_GENERATOR_LOG,
  FOREIGN_LOG,
  EVENT_LOG,
  PAGE,
  COMPILED_PAGE,
  COMPILED_ASSEMBLY,
  EXSETUP,
  APPLICATION_HOST,
  WEB_CONFIG,
  SCHEDULED_TASK,
  SAFETY_SCANNER_LOG,
  DEFENDER_LOG,
  TOOL_RESULT,
  MITIGATION_SUMMARY,
  MITIGATION_LOG,
  CRASH_REPORT,
  LOOSE_FILE,
  FOLDER_LISTING,
  VIRTUAL_DIRECTORY_DUMP,
  UPDATE_LIST,
  ARCHIVE,
  MEMORY_DUMP,
  UNCLAIMED;

  /** True for logs that are read as rows. */
  boolean rows() {
    return switch (this) {
      case HTTP_PROXY_LOG, ECP_SERVER_LOG, CMDLET_LOG, IIS_LOG, HTTP_ERROR_LOG, PLAIN_LOG -> true;
      case OAB_GENERATOR_LOG,
          FOREIGN_LOG,
          EVENT_LOG,
          PAGE,
          COMPILED_PAGE,
          COMPILED_ASSEMBLY,
          EXSETUP,
          APPLICATION_HOST,
          WEB_CONFIG,
          SCHEDULED_TASK,
          SAFETY_SCANNER_LOG,
          DEFENDER_LOG,
          TOOL_RESULT,
          MITIGATION_SUMMARY,
          MITIGATION_LOG,
          CRASH_REPORT,
          LOOSE_FILE,
          FOLDER_LISTING,
          VIRTUAL_DIRECTORY_DUMP,
          UPDATE_LIST,
          ARCHIVE,
          MEMORY_DUMP,
          UNCLAIMED ->
          false;
    };
  }
}
