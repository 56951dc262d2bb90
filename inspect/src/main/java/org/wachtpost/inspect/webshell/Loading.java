package org.wachtpost.inspect.webshell;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Where a page loads code or makes objects of text, and whether that alone says anything. */
final class Loading {
  /** No class of the system lies deeper; bounds hostile names. */
  private static final int MAX_PARTS = 8;

  /** The page names what loads code, or a class of the system in a text. */
  final boolean loads;

  private final List<Token> tokens;
  private final Flow flow;
  private final boolean trustsSheets;
  private final boolean deserializes;
  private final boolean reflects;

  /** Text is read as an object of whatever class its reader was made for. */
  private final boolean readsTypes;

  /** Text is read as objects of the classes that it names. */
  private final boolean readsContracts;

  private final boolean readsNamedTypes;

  /** Names that hold a stylesheet's transform of the kind that runs any script. */
  private final Set<String> transforms = new HashSet<>();

  Loading(List<Token> tokens, Flow flow, Set<String> names, boolean namesSystem) {
    this.tokens = tokens;
    this.flow = flow;
    deserializes = names.stream().anyMatch(Vocabulary.UNSAFE_FORMATS::contains);
    reflects = names.stream().anyMatch(Vocabulary.REFLECTION::contains);
    readsTypes = names.stream().anyMatch(Vocabulary.TYPED_FORMATS::contains);
    readsContracts = names.contains("netdatacontractserializer");
    trustsSheets = names.contains("xsltsettings");
    boolean assembly = names.contains("assembly") || names.contains("appdomain");
    boolean process = names.contains("process") && names.contains("getmethods");
    boolean typed = names.contains("typeof") || names.contains("gettype");
    boolean known = (names.contains("getmethod") || names.contains("getmethods")) && typesActing();
    boolean invoker = names.contains("runspaceinvoke");
    loads = assembly || process || namesSystem || typed && known || invoker;
    readsNamedTypes = names.contains("simpletyperesolver") || namesTypes();
    if (names.contains("xsltransform")) {
      findTransforms();
    }
  }

  /** {@code typeof(System.Diagnostics.Process)}, {@code GetType(File)}: its methods act. */
  private boolean typesActing() {
    for (int i = 3; i < tokens.size(); i++) {
      if (ACTING.contains(tokens.get(i).text()) && flow.sign(i + 1, ')')) {
        int start = startOfName(i);
        Token asks = flow.sign(start - 1, '(') ? tokens.get(start - 2) : Token.STATEMENT_END;
        if (asks.isName("typeof") || asks.isName("gettype")) {
          return true;
        }
      }
    }
    return false;
  }

  /** {@code System.IO.File}: where the name starts whose last part stands at {@code i}. */
  private int startOfName(int i) {
    int start = i;
    for (int part = 0; part < MAX_PARTS && start > 2 && flow.sign(start - 1, '.'); part++) {
      start -= 2;
    }
    return start;
  }

  private static final Set<String> ACTING =
      Set.of("process", "file", "interaction", "activator", "webclient", "codedomprovider");

  /** {@code TypeNameHandling.All}. */
  private boolean namesTypes() {
    for (int i = 0; i + 2 < tokens.size(); i++) {
      boolean handling = tokens.get(i).isName("typenamehandling") && flow.sign(i + 1, '.');
      if (handling && !tokens.get(i + 2).isName("none")) {
        return true;
      }
    }
    return false;
  }

  /** {@code x = new XslTransform()}, {@code Dim x As New XslTransform}. */
  private void findTransforms() {
    for (int i = 2; i < tokens.size(); i++) {
      if (!tokens.get(i).isName("xsltransform")) {
        continue;
      }
      int start = startOfName(i);
      if (start > 2 && tokens.get(start - 1).isName("new")) {
        transforms.add(tokens.get(start - 3).text());
      }
    }
  }

  /** Whether a method of that name does nothing in this page that loads code. */
  boolean isOrdinary(String name) {
    return switch (name) {
      case "deserialize" -> !deserializes;
      case "invoke" -> !reflects;
      case "readobject" -> !readsContracts;
      case "deserializeobject" -> !readsNamedTypes;
      default -> false;
    };
  }

  /** Whether what reads as ordinary is given text of the client's own. */
  boolean loadsClient(int i, int to) {
    String name = tokens.get(i).text();
    boolean member = i > 1 && flow.sign(i - 1, '.');
    if (name.equals("gettype")) {
      return readsTypes && member && tokens.get(i - 2).isName("type") && isClients(i, to, true);
    }
    boolean may =
        switch (name) {
          case "load" -> trustsSheets || member && transforms.contains(tokens.get(i - 2).text());
          case "invokemember" -> loads;
          case "createinstance" -> member && namesAssembly(i, to);
          default -> LOADS.contains(name);
        };
    return may && isClients(i, to, false);
  }

  private static final Set<String> LOADS =
      Set.of(
          "executeassembly",
          "createinstancefrom",
          "createinstancefromandunwrap",
          "createinstanceandunwrap",
          "loadwithpartialname",
          "resxresourcereader");

  /** {@code Activator.CreateInstance(assembly, type)}: two texts and not a type. */
  private boolean namesAssembly(int i, int to) {
    int close = flow.sign(i + 1, '(') ? Math.min(to, flow.closing(i + 1)) : i;
    int second = new Argument(tokens, flow).firstArgument(i + 2, close);
    boolean activator = tokens.get(i - 2).isName("activator");
    return activator && second < close && isFrom(i + 2, second) && isFrom(second + 1, close);
  }

  private boolean isFrom(int start, int end) {
    return tokens.get(start).kind() == Token.Kind.NAME
        && !tokens.get(start).isName("type")
        && (flow.mask(start, end) & Flow.CLIENT) != 0;
  }

  private boolean isClients(int i, int to, boolean whole) {
    int close = flow.sign(i + 1, '(') ? Math.min(to, flow.closing(i + 1)) : i;
    int all = Flow.CLIENT | Flow.MAPPED | (whole ? Flow.BUILT : 0);
    return (flow.mask(i + 1, close) & all) == Flow.CLIENT;
  }
}
