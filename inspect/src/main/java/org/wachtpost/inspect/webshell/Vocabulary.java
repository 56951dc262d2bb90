package org.wachtpost.inspect.webshell;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Names by which {@link Flow} knows what a client can choose, and text that means nothing. */
final class Vocabulary {
  /** Shorter text is taken for a name or a number, not for hidden code. */
  private static final int OPAQUE_CHARS = 16;

  private static final int OPAQUE_DIGITS = 4;

  /** Shorter text with signs among its letters may be a pattern or a date's form. */
  private static final int GARBLED_CHARS = 40;

  /** Members of the request that hold nothing which the client chose freely. */
  static final Set<String> HARMLESS_MEMBERS =
      Set.of(
          "servervariables",
          "url",
          "applicationpath",
          "physicalapplicationpath",
          "physicalpath",
          "mappath",
          "isauthenticated",
          "issecureconnection",
          "browser",
          "userhostaddress",
          "userhostname",
          "httpmethod",
          "requesttype",
          "contentlength",
          "contenttype",
          "filepath",
          "path",
          "currentexecutionfilepath",
          "contentencoding",
          "islocal",
          "getrequeststream",
          "getresponse",
          "logonuseridentity",
          "urlreferrer",
          "apprelativecurrentexecutionfilepath",
          "validateinput");

  /** Members of a control of the page that hold what the client typed. */
  static final Set<String> CONTROL_MEMBERS =
      Set.of("text", "value", "selectedvalue", "innertext", "innerhtml", "selecteditem");

  /** Members that hold an upload or its name. */
  static final Set<String> UPLOAD_MEMBERS =
      Set.of("filename", "postedfile", "filebytes", "filecontent");

  /** Members of what takes an upload apart: the other fields of its form. */
  static final Set<String> UPLOADED_FORM = Set.of("form", "request");

  /** Paths that {@code MapPath} turns into the page's own folder, or the one of the site. */
  static final Set<String> OWN_FOLDERS = Set.of("", ".", "./", "/", "~", "~/", "..", "../", "\\");

  /** Functions that make a number, a date or a truth of any text. */
  static final Set<String> TO_NUMBER =
      Set.of(
          "typeof",
          "cint",
          "clng",
          "cdbl",
          "cbool",
          "isnumeric",
          "toint32",
          "toint16",
          "toint64",
          "len",
          "toboolean",
          "int32",
          "parseint",
          "isnullorempty",
          "isempty",
          "cdate",
          "todatetime",
          "computehash",
          "hashpasswordforstoringinconfigfile");

  /** Types into which {@code Parse} turns a text, so that nothing is left of it. */
  static final Set<String> NUMBER_TYPES =
      Set.of(
          "int",
          "integer",
          "long",
          "short",
          "byte",
          "decimal",
          "double",
          "float",
          "single",
          "bool",
          "boolean",
          "datetime",
          "guid",
          "timespan");

  /** Members that are a number or a truth, whatever text has them. */
  static final Set<String> COUNTS =
      Set.of("gethashcode", "length", "indexof", "equals", "startswith", "endswith", "contains");

  /** Functions that make another path of one. */
  static final Set<String> PARTS_OF_PATHS =
      Set.of(
          "getdirectoryname",
          "getparentfoldername",
          "getparent",
          "combine",
          "buildpath",
          "changeextension",
          "left",
          "mid",
          "substring",
          "replace",
          "split");

  /** Names that hold what the client sends, or the place it names, of themselves. */
  static final Set<String> SOURCES =
      Set.of("request", "mappath", "commandargument", "eventargument");

  /** Methods that fill their owner and leave their arguments alone. */
  static final Set<String> GIVEN =
      Set.of(
          "write",
          "append",
          "appendformat",
          "appendline",
          "add",
          "addrange",
          "enqueue",
          "insert",
          "load",
          "loadxml",
          "push");

  /** Methods that fill their argument or their owner. */
  static final Set<String> FILLS =
      union(GIVEN, Set.of("read", "copyto", "copy", "blockcopy", "emit"));

  /** Methods of the system: a class of the page may have its own under the same name. */
  static final Set<String> LIBRARY_METHODS =
      Set.of(
          "add",
          "append",
          "close",
          "contains",
          "copy",
          "copyto",
          "equals",
          "execute",
          "exists",
          "format",
          "item",
          "load",
          "open",
          "parse",
          "push",
          "read",
          "remove",
          "replace",
          "save",
          "send",
          "split",
          "tostring",
          "write",
          "writeline");

  /** Streams of a connection or of memory. */
  static final Set<String> STREAMS =
      Set.of(
          "inputstream",
          "outputstream",
          "getrequeststream",
          "getresponsestream",
          "getstream",
          "memorystream");

  /** What holds the site's folder of itself. */
  static final Set<String> SITE_FOLDERS =
      Set.of("basedirectory", "appdomainapppath", "applicationphysicalpath");

  /** Methods that take the text out of a stream. */
  static final Set<String> READ_OUT =
      Set.of("readtoend", "readline", "readtoendasync", "getstring", "toarray");

  /** Headers that pages of all kinds build addresses and texts with. */
  static final Set<String> ORDINARY_HEADERS =
      Set.of("http_host", "http_referer", "http_accept_language", "http_x_forwarded_for");

  /** What reads text as an object of a class that it is made for. */
  static final Set<String> TYPED_FORMATS =
      Set.of("xmlserializer", "datacontractserializer", "datacontractjsonserializer");

  /** Formats whose bytes choose the classes that are made of them. */
  static final Set<String> UNSAFE_FORMATS =
      Set.of(
          "binaryformatter",
          "losformatter",
          "objectstateformatter",
          "soapformatter",
          "netdatacontractserializer",
          "simpletyperesolver",
          "typenamehandling");

  /** Without any of these a method called Invoke is a delegate's. */
  static final Set<String> REFLECTION =
      Set.of(
          "getmethod",
          "getmethods",
          "methodinfo",
          "methodbase",
          "getconstructor",
          "getconstructors",
          "entrypoint",
          "getproperty",
          "getmembers",
          "loadwithpartialname",
          "runspaceinvoke");

  /** What holds the answer of another server. */
  static final Set<String> FETCHED =
      Set.of("responsetext", "responsebody", "downloadstring", "downloaddata");

  /** What makes one text of another, so that code is not seen where it is run. */
  static final Set<String> HIDES =
      Set.of(
          "strreverse",
          "chr",
          "chrw",
          "unescape",
          "frombase64string",
          "fromcharcode",
          "readtext",
          "readall",
          "mid",
          "replace",
          "join",
          "split",
          "getstring",
          "responsetext");

  /** Methods with which components of the Windows shell start programs. */
  static final Set<String> STARTS =
      Set.of("exec", "run", "shellexecute", "namespace", "executedosapp", "executewinapp");

  /** What makes a character of a number. */
  static final Set<String> SPELLS = Set.of("chr", "chrw", "fromcharcode");

  /** What makes a number of a character, or another of a number. */
  static final Set<String> SHIFTS = Set.of("asc", "ascw", "ascb", "charcodeat", "xor");

  /** What stands before a name that is declared and not called. */
  static final Set<String> DECLARES =
      Set.of("function", "sub", "void", "class", "namespace", "import", "using", "as", "exit");

  /** What reads or writes a file, or a stream. */
  static final Set<String> STREAM_TOOLS = Set.of("streamreader", "streamwriter");

  /** Methods that open the file which their owner names. */
  static final Set<String> OPENS_ITSELF = Set.of("openwrite", "createtext", "appendtext");

  private Vocabulary() {}

  /** Whether it is the name of a component that takes uploads apart. */
  static boolean namesUploader(String text) {
    if (text.length() > 40 || text.indexOf('.') < 0) {
      return false;
    }
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.contains("upload") || lower.contains("fileup");
  }

  /** Whether it is code that reads the request. */
  static boolean readsRequest(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.contains("request(") || lower.contains("request.") || lower.contains("request[");
  }

  /** Whether a reader cannot tell what the text is: numbers, base64, or a cipher's output. */
  static boolean isOpaque(String text) {
    int digits = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      if (!digit && !(c < 128 && Character.isLetter(c)) && "+/=%".indexOf(c) < 0) {
        return isGarbled(text);
      }
      digits += digit ? 1 : 0;
    }
    return text.length() >= OPAQUE_CHARS && digits >= OPAQUE_DIGITS;
  }

  /** Letters, digits and signs that change more often than words, paths and code would. */
  private static boolean isGarbled(String text) {
    if (text.length() < GARBLED_CHARS) {
      return false;
    }
    int changes = 0;
    int before = 0;
    for (int i = 0; i < text.length(); i++) {
      int kind = kind(text.charAt(i));
      changes += kind != before && before != 0 && kind != 0 ? 1 : 0;
      before = kind;
    }
    return changes * 3 >= text.length();
  }

  private static int kind(char c) {
    if (Character.isWhitespace(c)) {
      return 0;
    }
    if (Character.isDigit(c)) {
      return 1;
    }
    return Character.isLetter(c) ? Character.isUpperCase(c) ? 2 : 3 : 4;
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    Set<String> all = new HashSet<>(some);
    all.addAll(others);
    return Set.copyOf(all);
  }

  /** Whether it is the name of a database, as {@code Provider=…;Data Source=…}. */
  static boolean namesDatabase(String text) {
    if (text.equalsIgnoreCase("adodb.connection")) {
      return true;
    }
    if (text.length() < 6 || text.indexOf('=') < 0) {
      return false;
    }
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.contains("provider=") || lower.contains("driver=") || lower.contains("dbq=");
  }
}
