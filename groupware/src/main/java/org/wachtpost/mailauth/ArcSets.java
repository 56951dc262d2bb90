package org.wachtpost.mailauth;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The ARC fields of a message, put in order (RFC 8617 §4.2). */
final class ArcSets {

  static final String SEAL = "ARC-Seal";
  static final String MESSAGE_SIGNATURE = "ARC-Message-Signature";
  static final String RESULTS = "ARC-Authentication-Results";

  /** Sets in a chain (RFC 8617 §4.2.1). */
  static final int MAX_SETS = 50;

  /** One set; every field is there. */
  record Set(
      int instance,
      HeaderField resultsField,
      String results,
      HeaderField messageSignatureField,
      DkimSignature messageSignature,
      SignatureTags seal,
      String chainStatus) {}

  private static final Pattern RESULTS_VALUE =
      Pattern.compile("\\s*i\\s*=\\s*([0-9]{1,2})\\s*;(.*)", Pattern.DOTALL);
  private static final Pattern INSTANCE = Pattern.compile("[1-9][0-9]?");

  private static final class Draft {
    private @Nullable HeaderField resultsField;
    private @Nullable String results;
    private @Nullable DkimSignature messageSignature;
    private @Nullable SignatureTags seal;
  }

  private ArcSets() {}

  /** The sets from the first; none if the message has no ARC field. */
  static List<Set> collect(MessageHeader header) throws DkimFailure {
    Map<Integer, Draft> drafts = new TreeMap<>();
    for (HeaderField field : header.fields()) {
      if (field.isNamed(SEAL)) {
        addSeal(drafts, field);
      } else if (field.isNamed(MESSAGE_SIGNATURE)) {
        addMessageSignature(drafts, field);
      } else if (field.isNamed(RESULTS)) {
        addResults(drafts, field);
      }
    }
    List<Set> sets = new ArrayList<>();
    for (Map.Entry<Integer, Draft> entry : drafts.entrySet()) {
      int instance = entry.getKey();
      if (instance != sets.size() + 1) {
        throw failed("set " + (sets.size() + 1) + " is missing");
      }
      sets.add(whole(instance, entry.getValue()));
    }
    return sets;
  }

  private static Set whole(int instance, Draft draft) throws DkimFailure {
    HeaderField field = draft.resultsField;
    String results = draft.results;
    DkimSignature message = draft.messageSignature;
    SignatureTags seal = draft.seal;
    if (field == null || results == null || message == null || seal == null) {
      throw failed("set " + instance + " is not whole");
    }
    String chain = SignatureTags.required(seal.tags(), "cv");
    return new Set(instance, field, results, message.common().field(), message, seal, chain);
  }

  private static void addSeal(Map<Integer, Draft> drafts, HeaderField field) throws DkimFailure {
    SignatureTags seal = SignatureTags.parse(field);
    Draft draft = draft(drafts, instance(seal.tags()));
    if (draft.seal != null) {
      throw failed("two seals in one set");
    }
    if (seal.tags().get("h").isPresent()) {
      throw failed("a seal with tag h="); // RFC 8617 §4.1.3
    }
    draft.seal = seal;
  }

  private static void addMessageSignature(Map<Integer, Draft> drafts, HeaderField field)
      throws DkimFailure {
    DkimSignature signature = DkimSignature.parseArc(field);
    Draft draft = draft(drafts, instance(signature.common().tags()));
    if (draft.messageSignature != null) {
      throw failed("two message signatures in one set");
    }
    if (signature.signedNames().stream().anyMatch(SEAL::equalsIgnoreCase)) {
      throw failed("a message signature over a seal"); // RFC 8617 §4.1.2
    }
    draft.messageSignature = signature;
  }

  private static void addResults(Map<Integer, Draft> drafts, HeaderField field) throws DkimFailure {
    Matcher value = RESULTS_VALUE.matcher(field.value());
    if (!value.matches()) {
      throw failed("authentication results without instance");
    }
    Draft draft = draft(drafts, instance(value.group(1)));
    if (draft.resultsField != null) {
      throw failed("two authentication results in one set");
    }
    draft.resultsField = field;
    draft.results = value.group(2).strip();
  }

  private static int instance(TagList tags) throws DkimFailure {
    return instance(SignatureTags.required(tags, "i"));
  }

  private static int instance(String text) throws DkimFailure {
    int instance = INSTANCE.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (instance < 1 || instance > MAX_SETS) {
      throw failed("tag i= is not a number from 1 to " + MAX_SETS);
    }
    return instance;
  }

  private static Draft draft(Map<Integer, Draft> drafts, int instance) {
    return drafts.computeIfAbsent(instance, _ -> new Draft());
  }

  static DkimFailure failed(String reason) {
    return new DkimFailure(DkimStatus.FAIL, reason);
  }
}
