"""MyBatis mapper files: XML whose elements are the methods of a Java interface and hold their SQL."""
