package io.skein.testkit;

import java.lang.reflect.Parameter;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Makes what [SkeinTest] promises. The store of a context closes what is in it when the context
/// ends, and a store looks into its parent's first, which is how a class shares.
public final class SkeinExtension implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SkeinExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == SkeinNode.class || type == SkeinCluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Parameter declared = parameter.getParameter();
    SkeinTest wanted = context.getRequiredTestClass().getAnnotation(SkeinTest.class);
    Store store = context.getStore(NAMESPACE);
    return declared.getType() == SkeinNode.class
        ? store.computeIfAbsent(SkeinNode.class, type -> node(wanted), SkeinNode.class)
        : store.computeIfAbsent(SkeinCluster.class, type -> cluster(wanted), SkeinCluster.class);
  }

  private static SkeinNode node(SkeinTest wanted) {
    return SkeinNode.start(wanted.options());
  }

  private static SkeinCluster cluster(SkeinTest wanted) {
    return SkeinCluster.start(wanted.primaries(), wanted.replicas(), wanted.options());
  }
}
